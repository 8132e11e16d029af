/** Mounts the site into index.html. */

// First, so that a component's own styles come after the common ones.
import './ui/base.css';

import { mount } from 'svelte';
import App from './app/App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app element');

export default mount(App, { target });
