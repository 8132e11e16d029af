/** Mouse, touch and keyboard of a canvas, in Shadertoy's terms. */

/**
 * xy is where the pointer was last while down, zw where it went down; z is positive while
 * down, w only in the frame of the click.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {AbortSignal} signal ends the listening
 * @param {() => void} onchange
 * @returns {{value: number[], afterFrame: () => void}} pixels, y up
 */
export function listenMouse(canvas, signal, onchange) {
  const value = [0, 0, 0, 0];
  let down = false;
  const move = (event) => {
    const box = canvas.getBoundingClientRect();
    value[0] = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
    value[1] = Math.floor((1 - (event.clientY - box.top) / box.height) * canvas.height);
  };
  const press = (event) => {
    if (event.button > 0 || !event.isPrimary) return;
    down = true;
    canvas.setPointerCapture?.(event.pointerId);
    move(event);
    [value[2], value[3]] = [value[0], value[1]];
    onchange();
  };
  const drag = (event) => {
    if (!down || !event.isPrimary) return;
    move(event);
    onchange();
  };
  const release = () => {
    if (down) onchange();
    down = false;
    value[2] = -Math.abs(value[2]);
  };
  canvas.addEventListener("pointerdown", press, { signal });
  canvas.addEventListener("pointermove", drag, { signal });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, release, { signal });
  return {
    value,
    afterFrame() {
      value[3] = -Math.abs(value[3]);
    },
  };
}

const [HELD, PRESSED, TOGGLED] = [0, 256, 512];

/** Keys that would scroll the page under a focused canvas. */
const SCROLLING = new Set([32, 33, 34, 35, 36, 37, 38, 39, 40]);

/**
 * @param {HTMLCanvasElement} canvas gets keys while it has the focus
 * @param {AbortSignal} signal
 * @param {() => boolean} wanted whether the project reads the keyboard
 * @param {() => void} onchange
 * @returns {{value: Uint8Array, afterFrame: () => void}} 256 x 3: held, pressed in this frame, toggled
 */
export function listenKeyboard(canvas, signal, wanted, onchange) {
  const value = new Uint8Array(256 * 3);
  const press = (event) => {
    // With the Meta key held the browser tells of no key's end.
    if (!wanted() || event.keyCode > 255 || event.metaKey) return;
    if (SCROLLING.has(event.keyCode) && !event.ctrlKey && !event.altKey) event.preventDefault();
    if (event.repeat) return;
    value[HELD + event.keyCode] = 255;
    value[PRESSED + event.keyCode] = 255;
    value[TOGGLED + event.keyCode] ^= 255;
    onchange();
  };
  const release = (event) => {
    if (value[HELD + (event.keyCode & 255)]) onchange();
    value[HELD + (event.keyCode & 255)] = 0;
  };
  canvas.addEventListener("keydown", press, { signal });
  canvas.addEventListener("keyup", release, { signal });
  canvas.addEventListener("blur", () => value.fill(0, HELD, PRESSED), { signal });
  return {
    value,
    afterFrame() {
      value.fill(0, PRESSED, TOGGLED);
    },
  };
}
