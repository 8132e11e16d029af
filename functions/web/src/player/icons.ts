/** Icons of the player's controls. */

import type { IconShape } from '../ui/icons';

export const PAUSE: IconShape = { box: 16, path: 'M3 2h3.5v12H3ZM9.5 2H13v12H9.5Z' };
export const RESTART: IconShape = { box: 16, path: 'M2 2h2.5v12H2ZM14 1.5v13L5.5 8Z' };
export const FULL_SCREEN: IconShape = {
  box: 16,
  path: 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4',
  stroke: 1.8,
};
