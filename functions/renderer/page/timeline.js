/** Draws a player at points in time: directly, or frame by frame where buffers carry state from one frame to the next. */

/** Frames drawn between two waits for the GPU process, so that its queue stays short and measured costs are true. */
const BURST = 4;
/** The most pixels of one draw call: a large picture is drawn in strips, so that no single call takes long. */
const STRIP = 1 << 20;

export class Timeline {
  #player;
  #surface;
  #rate;
  /** The frame that the buffers hold, and the size that they were drawn at. */
  #at = -1;
  #size = "";

  /**
   * @param {any} player
   * @param {import("./surface.js").Surface} surface
   * @param {number} rate frames a second
   */
  constructor(player, surface, rate) {
    this.#player = player;
    this.#surface = surface;
    this.#rate = rate;
  }

  /**
   * Draws the frame that stands at a time; asynchronous, so sync() or read the surface after it.
   *
   * @param {number} time in seconds
   * @param {number} width
   * @param {number} height in pixels
   */
  draw(time, width, height) {
    this.#surface.resize(width, height);
    const frame = this.#frameAt(time);
    if (this.#player.uses.buffers) this.#step(frame, width, height, true);
    else this.#drawFrame(time, frame, width, height);
  }

  /**
   * Draws the frames at some times and reads them together. Parameters like those of draw().
   *
   * @param {Uint8Array} into the pictures, one behind the other, each with its bottom row first
   */
  drawAll(times, width, height, into) {
    times.forEach((time, index) => {
      this.draw(time, width, height);
      this.#surface.keep(index, times.length);
    });
    this.#surface.readKept(into);
  }

  /** Draws the buffers of all frames before that one, if there are any. Parameters like those of draw(). */
  advance(time, width, height) {
    this.#surface.resize(width, height);
    const frame = this.#frameAt(time);
    if (this.#player.uses.buffers && frame > 0) this.#step(frame - 1, width, height, false);
  }

  /** Steps the buffers from wherever they are to a frame, drawing the image of the last one only if it is seen. */
  #step(frame, width, height, seen) {
    if (this.#size !== `${width}x${height}` || frame < this.#at || (frame === this.#at && seen)) this.#at = -1;
    this.#size = `${width}x${height}`;
    while (this.#at < frame) {
      this.#at++;
      this.#drawFrame(this.#at / this.#rate, this.#at, width, height, this.#at < frame || !seen);
      if (this.#at % BURST === 0) this.#surface.sync();
    }
  }

  #drawFrame(time, frame, width, height, buffersOnly = false) {
    const strip = width * height > STRIP ? 2 * Math.floor(STRIP / width / 2) : height;
    this.#player.draw({ time, timeDelta: 1 / this.#rate, frame, width, height, strip, buffersOnly });
  }

  /** The frame at a time. Halves are always rounded the same way, so that frames in a row have numbers in a row. */
  #frameAt(time) {
    return Math.max(0, Math.round(time * this.#rate - 1e-6));
  }
}
