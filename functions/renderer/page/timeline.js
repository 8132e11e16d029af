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

  function draw(time, frame, width, height, buffersOnly = false) {
    const strip = width * height > STRIP ? 2 * Math.floor(STRIP / width / 2) : height;
    player.draw({ time, timeDelta: 1 / rate, frame, width, height, strip, buffersOnly });
  }

  /** Steps the buffers from wherever they are to a frame, drawing the image of the last one only if it is seen. */
  function step(frame, width, height, seen) {
    if (size !== `${width}x${height}` || frame < at || (frame === at && seen)) at = -1;
    size = `${width}x${height}`;
    while (at < frame) {
      at++;
      draw(at / rate, at, width, height, at < frame || !seen);
      if (at % BURST === 0) surface.sync();
    }
  }

  function show(time, width, height) {
    surface.resize(width, height);
    if (player.uses.buffers) step(frameAt(time), width, height, true);
    else draw(time, frameAt(time), width, height);
  }

  /** Halves always fall to the same side: numbers of frames in a row are in a row. */
  function frameAt(time) {
    return Math.max(0, Math.round(time * rate - 1e-6));
  }

  return {
    /**
     * Draws the frame that stands at a time; asynchronous, so sync() or read the surface after it.
     *
     * @param {number} time in seconds
     * @param {number} width
     * @param {number} height in pixels
     */
    draw: show,

    /**
     * The frames at some times, read together. Parameters like those of draw().
     *
     * @param {Uint8Array} into the pictures, one behind the other, each with its bottom row first
     */
    drawAll(times, width, height, into) {
      times.forEach((time, index) => {
        show(time, width, height);
        surface.keep(index, times.length);
      });
      surface.readKept(into);
    },

    /** Draws the buffers of all frames before that one, if there are any. Parameters like those of draw(). */
    lead(time, width, height) {
      surface.resize(width, height);
      if (player.uses.buffers && frameAt(time) > 0) step(frameAt(time) - 1, width, height, false);
    },
  };
}
