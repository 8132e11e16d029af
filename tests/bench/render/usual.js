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
  next = 0;
  Object.assign(canvas, { width, height });
  return player.load(project);
}

/** Steps a second. */
const STEPS = 60;
let next = 0;

/** @param {{time: number}} moment in seconds; buffers are stepped to it */
function draw({ time }) {
  const last = Math.round(time * STEPS);
  const { width, height } = canvas;
  for (let frame = player.uses.buffers ? next : last; frame <= last; frame++) {
    player.draw({ time: frame / STEPS, timeDelta: 1 / STEPS, frame, width, height, buffersOnly: frame < last });
  }
  next = last + 1;
}

globalThis.usual = { load, draw };
