/** Still pictures, rendered in time order. */
import { createTimeline, pickRate } from "./timeline.js";

const TYPES = { webp: "image/webp", png: "image/png", avif: "image/png" }; // the service makes AVIF of lossless PNG
const QUALITY = 0.9;
const RATES = [30, 15, 10, 5, 2, 1];

/**
 * @param {{player: any, surface: import("./surface.js").Surface, clock: any}} stage
 * @param {{name: string, time: number, width: number, height: number, format: string}[]} stills in time order
 * @param {(output: any) => Promise<void>} send resolves when the output is on its way; only then may a frame block the page
 * @returns {Promise<{frame_ms: number}>} what a frame of the first still cost
 */
export async function makeStills(stage, stills, send) {
  const { player, surface } = stage;
  const timeline = createTimeline(player, surface, chooseRate(stage, stills));
  let cost = 0;
  for (const still of stills) {
    const began = performance.now();
    const frames = timeline.draw(still.time, still.width, still.height);
    surface.sync();
    cost ||= (performance.now() - began) / frames;
    await send({ kind: "still", name: still.name, data: encode(surface, still) });
  }
  return { frame_ms: cost };
}

/** Buffers are stepped at 30 fps, and in longer steps where that would take more than half of the time there is. */
function chooseRate({ player, surface, clock }, stills) {
  if (!player.uses.buffers || !stills.length) return RATES[0];
  const { width, height } = stills[0];
  const last = Math.max(...stills.map((still) => still.time));
  const timeline = createTimeline(player, surface, RATES[0]);
  timeline.draw(0, width, height);
  surface.sync();
  const began = performance.now();
  const frames = timeline.draw(2 / RATES[0], width, height);
  surface.sync();
  return pickRate(RATES, last, (performance.now() - began) / frames, clock.left() / 2);
}

/** Base64 of the encoded picture. toBlob and convertToBlob would wait for idle time, which costs some 0.2 s. */
function encode(surface, { width, height, format }) {
  const picture = new ImageData(width, height);
  surface.read(new Uint8Array(picture.data.buffer), new Uint8Array(width * height * 4));
  surface.check();
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d", { willReadFrequently: true }).putImageData(picture, 0, 0);
  return canvas.toDataURL(TYPES[format], QUALITY).split(",")[1];
}
