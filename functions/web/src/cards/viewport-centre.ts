/** Tells when an element is in the middle of a touch screen, where the card in the middle plays for want of a pointer. */

import type { Attachment } from 'svelte/attachments';

const hasNoHover = (): boolean => matchMedia('(hover: none)').matches;

/** Does nothing on screens with a pointer. */
export function onViewportCentre(tell: (centred: boolean) => void): Attachment {
  return (node) => {
    if (!hasNoHover()) return;
    // A thin band across the middle: hardly more than one card of a column can touch it.
    const observer = new IntersectionObserver(([entry]) => tell(entry?.isIntersecting ?? false), {
      rootMargin: '-45% 0px -54% 0px',
    });
    observer.observe(node);
    return () => observer.disconnect();
  };
}
