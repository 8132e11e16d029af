/** Points of time on a player: drawn directly, or stepped to when buffers carry state from frame to frame. */

/** Frames drawn between two waits for the GPU, so that no long queue hides what they cost. */
const BURST = 4;

/** @typedef {ReturnType<typeof createTimeline>} Timeline */

/**
 * @param {any} player
 * @param {import("./surface.js").Surface} surface
 * @param {number} rate frames a second
 */
export function createTimeline(player, surface, rate) {
  let at = -1;
  let size = "";

  function draw(time, frame, width, height) {
    player.draw({ time, timeDelta: 1 / rate, frame, width, height });
  }

  return {
    rate,

    /**
     * Draws the frame that stands at a time; asynchronous, so sync() or read() the surface after it.
     *
     * @param {number} time in seconds
     * @param {number} width
     * @param {number} height in pixels
     * @returns {number} how many frames it drew
     */
    draw(time, width, height) {
      const frame = Math.round(time * rate);
      surface.resize(width, height);
      if (!player.uses.buffers) {
        draw(time, frame, width, height);
        return 1;
      }
      if (size !== `${width}x${height}` || frame <= at) at = -1;
      size = `${width}x${height}`;
      const first = at + 1;
      while (at < frame) {
        at++;
        draw(at / rate, at, width, height);
        if (at % BURST === 0) surface.sync();
      }
      return frame - first + 1;
    },
  };
}

/**
 * The fastest of some rates at which all frames up to a time fit into a span; the slowest if none does.
 *
 * @param {number[]} rates falling
 * @param {number} time in seconds
 * @param {number} cost of a frame, in ms
 * @param {number} span in ms
 */
export function pickRate(rates, time, cost, span) {
  return rates.find((rate) => (time * rate + 1) * cost <= span) ?? rates[rates.length - 1];
}
