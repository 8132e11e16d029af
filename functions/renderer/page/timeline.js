/** Points of time on a player: drawn directly, or stepped to when buffers carry state from frame to frame. */

/** Frames drawn between two waits for the GPU, so that no long queue hides what they cost. */
const BURST = 4;
/** Pixels of one draw call at most: a large picture is drawn in strips, so that no single call takes long. */
const STRIP = 1 << 20;

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
    const strip = width * height > STRIP ? 2 * Math.floor(STRIP / width / 2) : height;
    player.draw({ time, timeDelta: 1 / rate, frame, width, height, strip });
  }

  return {
    /**
     * Draws the frame that stands at a time; asynchronous, so sync() or read the surface after it.
     *
     * @param {number} time in seconds
     * @param {number} width
     * @param {number} height in pixels
     * @returns {number} how many frames it drew
     */
    draw(time, width, height) {
      // Halves always fall to the same side: numbers of frames in a row are in a row.
      const frame = Math.max(0, Math.round(time * rate - 1e-6));
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
