/** Draws a player at points in time, as a browser at 60 Hz shows it: directly, or frame by frame where frames build on each other. */

/** Steps a second, unless there is no time for so many. */
export const STEPS = 60;
/** Frames drawn between two waits for the GPU process, so that its queue stays short and measured costs are true. */
const BURST = 4;
/** The most pixels of one draw call: a large picture is drawn in strips, so that no single call takes long. */
const STRIP = 1 << 20;

export class Timeline {
  #player;
  #surface;
  #rate;
  /** The frame that was drawn last, and its size. */
  #at = -1;
  #size = "";

  /**
   * @param {any} player
   * @param {import("./surface.js").Surface} surface
   * @param {number} rate steps a second
   */
  constructor(player, surface, rate) {
    this.#player = player;
    this.#surface = surface;
    this.#rate = rate;
  }

  /** Whether a frame shows what earlier ones left: in buffers, or where the image discards. */
  get #builds() {
    return this.#player.uses.buffers || this.#player.uses.discards;
  }

  /**
   * Draws the frame that stands at a time; asynchronous, so sync() or read the surface after it.
   *
   * @param {number} time in seconds
   * @param {number} width
   * @param {number} height in pixels
   */
  draw(time, width, height) {
    const frame = this.#frameAt(time);
    if (this.#builds) this.#step(frame, width, height);
    else {
      this.#surface.resize(width, height);
      this.#drawFrame(time, frame, width, height);
    }
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

  /**
   * Steps up to a frame and including it, waiting for each; nobody looks at these.
   *
   * @param {number} frame
   * @param {number} width
   * @param {number} height in pixels
   * @param {number} seconds after which no further step is begun
   * @returns {number} the last frame that was drawn
   */
  advance(frame, width, height, seconds) {
    if (!this.#builds) return frame;
    const until = performance.now() + 1000 * seconds;
    this.#start(frame + 1, width, height);
    while (this.#at < frame && performance.now() < until) {
      this.#drawNext(width, height, true);
      this.#surface.sync();
    }
    return this.#at;
  }

  /** Steps from wherever the buffers are to a frame, drawing the image of the last one only. */
  #step(frame, width, height) {
    this.#start(frame, width, height);
    while (this.#at < frame) {
      this.#drawNext(width, height, this.#at + 1 < frame);
      if (this.#at % BURST === 0) this.#surface.sync();
    }
  }

  /** Starts again where the frame to be drawn is not one to come, or has another size. */
  #start(frame, width, height) {
    const size = `${width}x${height}`;
    if (this.#size !== size || frame <= this.#at) this.#at = -1;
    this.#size = size;
    this.#surface.resize(width, height);
  }

  #drawNext(width, height, buffersOnly) {
    this.#at++;
    this.#drawFrame(this.#at / this.#rate, this.#at, width, height, buffersOnly);
  }

  #drawFrame(time, frame, width, height, buffersOnly = false) {
    const strip = width * height > STRIP ? 2 * Math.floor(STRIP / width / 2) : height;
    this.#player.draw({ time, timeDelta: 1 / this.#rate, frame, width, height, strip, buffersOnly });
  }

  /** The frame nearest to a time. Halves are always rounded the same way, so that frames in a row have numbers in a row. */
  #frameAt(time) {
    return Math.max(0, Math.round(time * this.#rate - 1e-6));
  }
}
