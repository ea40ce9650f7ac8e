// Calls every deployment once, after asking: it may cost something.
import { HeartPulse } from 'lucide-react';
import { useState } from 'react';
import { Confirm } from '../../ui/Confirm.tsx';
import { gateway, wordsOf } from '../../api/gateway.ts';
import { modelsStrings } from './models-strings.ts';
import { useFormats } from '../../lib/numbers.ts';

/** See the top of the file. */
export function CheckAll({ onResult }: { onResult: (text: string) => void }) {
  const strings = modelsStrings.use();
  const formats = useFormats();
  const [step, setStep] = useState<'idle' | 'asking' | 'calling'>('idle');
  const call = async (): Promise<void> => {
    setStep('calling');
    try {
      const { healthy_count: well, unhealthy_count: ill } = await gateway.system.health();
      onResult(strings.checked(formats.count(well), formats.count(ill)));
    } catch (error) {
      onResult(wordsOf(error));
    }
    setStep('idle');
  };
  return (
    <>
      <button type="button" className="button" disabled={step === 'calling'} onClick={() => setStep('asking')}>
        <HeartPulse aria-hidden size={16} />
        {step === 'calling' ? strings.checking : strings.checkAll}
      </button>
      {step === 'asking' && <Confirm title={strings.checkTitle} text={strings.checkText} action={strings.checkAll} onCancel={() => setStep('idle')} onConfirm={() => void call()} />}
    </>
  );
}
