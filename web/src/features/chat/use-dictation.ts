// Writing by voice, where the browser can.
import { useEffect, useRef, useState } from 'react';
import { useLanguageTag } from '../../app/preferences.ts';

interface Recognition {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  addEventListener(type: 'end', listener: () => void): void;
  addEventListener(type: 'result', listener: (event: { resultIndex: number; results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }> }) => void): void;
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
    recognition.addEventListener('result', ({ resultIndex, results }) => {
      for (let index = resultIndex; index < results.length; index++) {
        const [best] = Array.from(results[index] ?? []);
        if (results[index]?.isFinal && best) latest.current(best.transcript.trim());
      }
    });
    // Comes after an error, too.
    recognition.addEventListener('end', () => {
      running.current = null;
      setListening(false);
    });
    running.current = recognition;
    setListening(true);
    recognition.start();
  };
  return { listening, toggle: () => (running.current ? running.current.stop() : start()) };
}
