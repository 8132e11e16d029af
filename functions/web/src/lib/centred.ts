/** On a screen without hover, the card in the middle is the one looked at: it may move, one at a time. */

import type { Attachment } from 'svelte/attachments';

const touch = (): boolean => matchMedia('(hover: none)').matches;

export function whenCentred(tell: (centred: boolean) => void): Attachment {
  return (node) => {
    if (!touch()) return;
    // A thin band across the middle: hardly more than one card of a column can touch it.
    const observer = new IntersectionObserver(([entry]) => tell(entry?.isIntersecting ?? false), {
      rootMargin: '-45% 0px -54% 0px',
    });
    observer.observe(node);
    return () => observer.disconnect();
  };
}
