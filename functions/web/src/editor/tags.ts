/** Tags as people type them, "Noise, ray marching #2d", as the API wants them. */
export function parseTags(text: string): string[] {
  const tags = text
    .split(/[,\n]/)
    .map((tag) => tag.trim().replace(/^#/, '').toLowerCase().replace(/\s+/g, '-'));
  return [...new Set(tags.filter(Boolean))];
}
