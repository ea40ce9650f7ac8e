// Writing by voice, where the browser can.
import { useEffect, useRef, useState } from 'react';
import { useLanguageTag } from '../../app/preferences.ts';

interface Recognition {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: { resultIndex: number; results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }> }) => void) | null;
  onend: (() => void) | null;
  onerror: (() => void) | null;
  start(): void;
  stop(): void;
}

type RecognitionMaker = new () => Recognition;

function recognitionMaker(): RecognitionMaker | null {
  const browser = globalThis as { SpeechRecognition?: RecognitionMaker; webkitSpeechRecognition?: RecognitionMaker };
  return browser.SpeechRecognition ?? browser.webkitSpeechRecognition ?? null;
}

/** What a button for dictation needs; null where the browser cannot. `onText` gets each sentence when it is recognised. */
export function useDictation(onText: (text: string) => void): { listening: boolean; toggle: () => void } | null {
  const language = useLanguageTag();
  const [listening, setListening] = useState(false);
  const running = useRef<Recognition | null>(null);
  const latest = useRef(onText);
  latest.current = onText;
  useEffect(() => () => running.current?.stop(), []);
  const Maker = recognitionMaker();
  if (!Maker) return null;
  const start = (): void => {
    const recognition = new Maker();
    recognition.lang = language;
    recognition.continuous = true;
    recognition.interimResults = false;
    recognition.onresult = ({ resultIndex, results }) => {
      for (let index = resultIndex; index < results.length; index++) {
        const [best] = Array.from(results[index] ?? []);
        if (results[index]?.isFinal && best) latest.current(best.transcript.trim());
      }
    };
    const end = (): void => {
      running.current = null;
      setListening(false);
    };
    recognition.onend = end;
    recognition.onerror = end;
    running.current = recognition;
    setListening(true);
    recognition.start();
  };
  return { listening, toggle: () => (running.current ? running.current.stop() : start()) };
}
