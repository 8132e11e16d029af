/** Flashes beyond WCAG 2.3.1: what has them moves only for whoever asks for it. */

import type { Render } from './api';

export const flashes = (render: Render | null): boolean => (render?.facets?.flashing ?? 'none') !== 'none';
