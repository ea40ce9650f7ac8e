// Switches between the versions of a message. Shows nothing while there is only one.
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useStrings } from '../../app/preferences.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import type { Conversation, Message } from '../../../shared/conversation.ts';
import { showVersion } from './chat.ts';
import { versionsOf } from './versions.ts';

interface VersionSwitchProps {
  conversation: Conversation;
  message: Message;
  disabled: boolean;
}

/** See the top of the file. */
export function VersionSwitch({ conversation, message, disabled }: VersionSwitchProps) {
  const strings = useStrings();
  const { ids, index } = versionsOf(conversation.messages, message);
  if (ids.length < 2) return null;
  const step = (by: number): void => {
    const id = ids[index + by];
    if (id) showVersion(conversation.id, id);
  };
  return (
    <span className="versions" role="group" aria-label={strings.chat.version(index + 1, ids.length)}>
      <IconButton icon={ChevronLeft} size={16} label={strings.chat.previousVersion} disabled={disabled || index === 0} onClick={() => step(-1)} />
      <span aria-hidden>
        {index + 1}/{ids.length}
      </span>
      <IconButton icon={ChevronRight} size={16} label={strings.chat.nextVersion} disabled={disabled || index === ids.length - 1} onClick={() => step(1)} />
    </span>
  );
}
