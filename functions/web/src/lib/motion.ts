/** Whether this person asked for a calm screen. */
export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
