/** The page side of the player's tests: draws, and reads pixels back. */
import { createPlayer, play } from "./player/index.js";
import { checkProject } from "./player/check.js";
import { normaliseProject } from "./player/project.js";
import { makePicture } from "./player/textures.js";
import { Text } from "./player/text.js";
import { parseLog } from "./player/errors.js";

let canvas, gl, player;

function fresh(options) {
  gl?.getExtension("WEBGL_lose_context").loseContext();
  canvas = document.createElement("canvas");
  gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
  player = createPlayer(gl, options ?? {});
  Object.assign(window.bench, { canvas, gl, player });
}

function draw(frame) {
  canvas.width = frame.width;
  canvas.height = frame.height;
  player.draw({ ...frame, keyboard: frame.keyboard ? Uint8Array.from(frame.keyboard) : null });
}

function read(x, y, width, height) {
  const bytes = new Uint8Array(width * height * 4);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.readPixels(x, y, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  return bytes;
}

function statistics(name) {
  const { width, height, channels, bytes } = makePicture(name);
  const sums = Array.from({ length: channels }, () => [0, 0]);
  bytes.forEach((byte, at) => {
    sums[at % channels][0] += byte;
    sums[at % channels][1] += byte * byte;
  });
  const count = width * height;
  const means = sums.map(([sum]) => sum / count);
  const deviations = sums.map(([, squares], at) => Math.sqrt(squares / count - means[at] ** 2));
  return { width, height, channels, means, deviations };
}

/** Mean and standard deviation of a frame's green, which carries most of its light. */
function light(frame) {
  draw(frame);
  const greens = read(0, 0, frame.width, frame.height).filter((_, at) => at % 4 === 1);
  const mean = greens.reduce((sum, green) => sum + green, 0) / greens.length;
  const variance = greens.reduce((sum, green) => sum + (green - mean) ** 2, 0) / greens.length;
  return [mean, Math.sqrt(variance)];
}

/** Plays from frame 0 to a frame as on a screen with 60 frames a second, without waiting for them: its bytes in base64. */
function film(last, width, height) {
  canvas.style.cssText = `position: fixed; left: 0; top: 0; width: ${width}px; height: ${height}px`;
  document.body.append(canvas);
  const own = window.requestAnimationFrame;
  let tick;
  window.requestAnimationFrame = (callback) => {
    tick = callback;
    return 1;
  };
  const loop = play(player, canvas);
  for (let frame = 0; frame <= last; frame++) {
    tick((1000 * (frame + 1)) / 60);
    read(0, 0, 1, 1);
  }
  window.requestAnimationFrame = own;
  const bytes = read(0, 0, width, height);
  loop.stop();
  canvas.remove();
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

window.bench = {
  film,
  play, fresh, statistics, parseLog, checkProject, normaliseProject,
  /** The code of a text, and the line and column of each of its characters. */
  read(source) {
    const text = new Text(source);
    return { code: text.code, places: [...text.code].map((_, at) => text.place(at)).map(({ line, column }) => [line, column]) };
  },
  load: (project, options) => player.load(project, options),
  hasCutBuffers: () => player.hasCutBuffers(),
  uses: () => player.uses,
  warnings: () => player.warnings,
  reset: () => player.reset(),
  pixel(x, y, frame) {
    draw(frame);
    return [...read(x, y, 1, 1)];
  },
  pixels(frame) {
    draw(frame);
    return [...read(0, 0, frame.width, frame.height)];
  },
  async hash(frames) {
    for (const frame of frames) draw(frame);
    const digest = await crypto.subtle.digest("SHA-256", read(0, 0, canvas.width, canvas.height));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  },
  lights: (frames) => frames.map(light),
  bytes: (name, stride = 1) => [...makePicture(name).bytes].filter((_, at) => at % stride === 0),
};

fresh();
