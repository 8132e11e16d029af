/** A page as it is usually made for this: the project on a canvas, drawn when it is told to. */
import { createPlayer } from "/player/player.js";

const canvas = document.querySelector("canvas");
document.body.style.margin = 0;
canvas.style.display = "block";
const player = createPlayer(canvas.getContext("webgl2", { antialias: false, depth: false, stencil: false }));

/**
 * @param {{project: any, width: number, height: number}} shader
 * @returns {Promise<object[]>} compile errors
 */
function load({ project, width, height }) {
  Object.assign(canvas, { width, height });
  return player.load(project);
}

/** @param {{frame: number, fps: number}} moment */
function draw({ frame, fps }) {
  player.draw({ time: frame / fps, timeDelta: 1 / fps, frame, width: canvas.width, height: canvas.height });
}

globalThis.usual = { load, draw };
