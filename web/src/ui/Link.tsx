// A link inside of the application: the page is not loaded anew, and a new tab still opens when the reader asks for one.
import type { ComponentPropsWithRef, MouseEvent } from 'react';
import { base, go } from '../app/location.ts';

/** `href` is an address as `addressOf` makes it. */
export function Link({ href, onClick, ...rest }: Omit<ComponentPropsWithRef<'a'>, 'href'> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || !href.startsWith(base)) return;
    event.preventDefault();
    go(href);
  };
  return <a {...rest} href={href} onClick={follow} />;
}
