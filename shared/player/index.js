/**
 * The shader player: compiles a project document and draws its frames with WebGL 2.
 *
 * The web site and the renderer use these same files, unchanged.
 */
export { checkProject } from "./check.js";
export { PlayerError } from "./errors.js";
export { play } from "./loop.js";
export { createPlayer } from "./player.js";
