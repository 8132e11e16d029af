/** Whether a shader must not play by itself, by what the renderer measured. */

import type { Facets } from './schema';

interface Measured {
  facets?: Facets;
}

/** It flashes more than WCAG 2.3.1 allows: it plays only when asked to. */
export const isFlashing = (render: Measured | null): boolean =>
  (render?.facets?.flashing ?? 'none') !== 'none';

/** It needs much GPU time: its page does not play it until asked to. */
export const isHeavy = (render: Measured | null): boolean => render?.facets?.weight === 'heavy';
