/** The contract of the project document, shared with the server and the site: names, kinds, defaults, limits. */
import contract from "../project/contract.json" with { type: "json" };

/** @type {string[]} */
export const PASS_TYPES = contract.passes;
/** @type {string[]} */
export const BUFFERS = contract.buffers;
/** @type {number[]} */
export const CHANNELS = contract.channels;
/** @type {string[]} */
export const TEXTURES = contract.textures;
/** @type {string[]} */
export const FILTERS = contract.filters;
/** @type {string[]} */
export const WRAPS = contract.wraps;
/** @type {Record<string, {filter: string, wrap: string, vflip: boolean, srgb: boolean}>} by kind of input */
export const SAMPLERS = contract.inputs;
/** @type {Record<string, {numbers: number[], whole?: boolean}>} lengths that a value may have, none for a switch */
export const PARAM_TYPES = contract.params.types;
export const PARAM_NAME = new RegExp(`^(?:${contract.params.name})$`);
/** Numbers of a param are smaller than this, either way. */
export const LARGEST = contract.params.largest;
export const LIMITS = contract.limits;
/** @type {Record<string, number>} field of `origin` -> its longest text, in characters */
export const ORIGIN = contract.origin;
