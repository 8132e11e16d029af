/** What the renderer measured, as the site acts on it. */

import type { Render } from './api';

/** Flashes beyond WCAG 2.3.1: what has them moves only for whoever asks for it. */
export const flashes = (render: Render | null): boolean => (render?.facets?.flashing ?? 'none') !== 'none';

/** Asks so much of a device that nobody gets it by surprise. */
export const isHeavy = (render: Render | null): boolean => render?.facets?.weight === 'heavy';
