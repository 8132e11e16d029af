/** Icons that several places show, as SVG paths; an icon of one place stands there. */

export interface IconShape {
  /** Width and height of the box that the path is drawn in. */
  box: number;
  path: string;
  /** Width of the line; without it the path is filled. */
  stroke?: number;
}

export const UP: IconShape = { box: 12, path: 'm6 1.5 5 8.5H1Z' };
export const FLASH: IconShape = { box: 12, path: 'M7 .5 2 7h3l-.8 4.5L9.8 4.6H6.4Z' };
export const WEIGHT: IconShape = {
  box: 12,
  path: 'M6 .8a2.2 2.2 0 0 1 2 3.1h1.6l1.6 7.3H.8l1.6-7.3H4a2.2 2.2 0 0 1 2-3.1Zm0 1.4a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6Z',
};
export const PLAY: IconShape = { box: 16, path: 'M3.5 1.5 14 8 3.5 14.5Z' };
export const STOP: IconShape = { box: 16, path: 'M3 3h10v10H3Z' };
export const ADD: IconShape = { box: 16, path: 'M8 2v12M2 8h12', stroke: 2 };
export const SEARCH: IconShape = {
  box: 16,
  path: 'M7 2.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6ZM10.6 10.6 14 14',
  stroke: 1.7,
};
