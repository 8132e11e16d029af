/** How long the GPU takes for a frame, and the resolution at which that is bearable. */

const POLL_MS = 5;

/**
 * Waits, without blocking the page, until the GPU has done all that was sent to it.
 *
 * @returns milliseconds, or null when it took longer than the limit or the context was lost
 */
export function waitForGpu(gl: WebGL2RenderingContext, limitMs: number): Promise<number | null> {
  const start = performance.now();
  const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  return new Promise<number | null>((resolve) => {
    const poll = (): void => {
      const elapsed = performance.now() - start;
      const done = sync !== null && isSignaled(gl, sync);
      const failed = sync === null || gl.isContextLost() || elapsed > limitMs;
      if (!done && !failed) setTimeout(poll, POLL_MS);
      else resolve(done ? elapsed : null);
    };
    setTimeout(poll, 0);
  }).finally(() => gl.deleteSync(sync));
}

function isSignaled(gl: WebGL2RenderingContext, sync: WebGLSync): boolean {
  const status = gl.clientWaitSync(sync, 0, 0);
  return status === gl.ALREADY_SIGNALED || status === gl.CONDITION_SATISFIED;
}

/** Resolutions to choose from, as a share of the canvas's own. */
export const SCALES = [1, 0.75, 0.5, 0.33, 0.25] as const;
/** A frame that takes no longer than this still moves well. */
const COMFORTABLE_FRAME_MS = 45;

/** The best resolution at which a frame that took so long at full size still moves well; null when none would do. */
export function scaleForFrameTime(frameMs: number | null, limitMs: number): number | null {
  if (frameMs === null || frameMs > limitMs) return null;
  return SCALES.find((scale) => frameMs * scale * scale <= COMFORTABLE_FRAME_MS) ?? 0.25;
}
