// A button that shows only an icon; its label is spoken, and shown as a tip.
import type { LucideIcon } from 'lucide-react';
import type { ComponentPropsWithRef } from 'react';

interface IconButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'children' | 'aria-label'> {
  icon: LucideIcon;
  label: string;
  size?: number;
}

/** See the top of the file. */
export function IconButton({ icon: Icon, label, size = 18, className = '', ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} className={`icon-button ${className}`} aria-label={label} title={label}>
      <Icon aria-hidden size={size} strokeWidth={1.8} />
    </button>
  );
}
