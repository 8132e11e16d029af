/** How large a canvas is on the screen, and whether anybody can see it. */

/** More device pixels a CSS pixel than this cost much and show little. */
const MAX_PIXEL_RATIO = 2;
const MAX_PIXELS = 2560 * 1440;

/**
 * Gives the canvas the pixels its box on the page deserves. Setting a size clears the
 * canvas and costs memory, so it happens only when the size is another one.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} scale
 * @returns {[number, number]} its size in pixels
 */
export function fitCanvas(canvas, scale) {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, MAX_PIXEL_RATIO) * scale;
  const [boxWidth, boxHeight] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio];
  if (boxWidth && boxHeight) {
    const shrink = Math.min(1, Math.sqrt(MAX_PIXELS / (boxWidth * boxHeight)));
    const width = Math.max(1, Math.round(boxWidth * shrink));
    const height = Math.max(1, Math.round(boxHeight * shrink));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
  }
  return [canvas.width, canvas.height];
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {AbortSignal} signal
 * @param {() => void} onchange
 * @returns {{visible: boolean}} false while the tab is hidden or the canvas is scrolled away
 */
export function watchVisible(canvas, signal, onchange) {
  let onscreen = true;
  const observer = new IntersectionObserver((entries) => {
    onscreen = entries[entries.length - 1].isIntersecting;
    onchange();
  });
  observer.observe(canvas);
  signal.addEventListener("abort", () => observer.disconnect());
  document.addEventListener("visibilitychange", onchange, { signal });
  return {
    get visible() {
      return onscreen && document.visibilityState === "visible";
    },
  };
}
