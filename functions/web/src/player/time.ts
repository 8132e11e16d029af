/** Seconds as the player shows them. */
export const formatSeconds = (seconds: number): string => seconds.toFixed(2);
