// Speech and transcription in forms of their own: Deepgram, ElevenLabs, Gemini.
import { arrayAt, defined, isJsonObject, numberAt, objectAt, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import type { OperationForm } from './operation-form.ts';

// Parameters of OpenAI's that Deepgram has no word for, and the form's file.
const untold: ReadonlySet<string> = new Set(['file', 'response_format', 'prompt', 'temperature', 'timestamp_granularities[]', 'timestamp_granularities', 'include[]', 'stream']);

/** Deepgram: the file is the body, everything else stands in the address. https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded */
export const deepgramListen: OperationForm = {
  sendsFile: true,
  writeRequest: (body) => body,
  address(url, body) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(body)) if (!untold.has(name)) query.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    return `${url}${url.includes('?') ? '&' : '?'}${query.toString()}`;
  },
  readAnswer(answer) {
    const channel = arrayAt(objectAt(answer, 'results'), 'channels').find((item) => isJsonObject(item));
    const best = arrayAt(isJsonObject(channel) ? channel : undefined, 'alternatives').find((item) => isJsonObject(item));
    const alternative = isJsonObject(best) ? best : undefined;
    const words = arrayAt(alternative, 'words').filter(isJsonObject);
    const speakers = words.some((word) => word['speaker'] !== undefined);
    const text = speakers ? stringAt(objectAt(alternative, 'paragraphs'), 'transcript') ?? bySpeaker(words) : stringAt(alternative, 'transcript');
    return defined<JsonObject>({
      text, task: 'transcribe', language: (isJsonObject(channel) ? stringAt(channel, 'detected_language') : undefined) ?? 'en', duration: numberAt(objectAt(answer, 'metadata'), 'duration'),
      words: words.map((word) => ({ word: word['word'] ?? '', start: word['start'] ?? 0, end: word['end'] ?? 0 })),
    });
  },
};

/** A line for each turn of a speaker. */
function bySpeaker(words: readonly JsonObject[]): string {
  const turns: { speaker: Json | undefined; words: string[] }[] = [];
  for (const word of words) {
    const last = turns.at(-1);
    const text = stringAt(word, 'punctuated_word') ?? stringAt(word, 'word') ?? '';
    if (last && last.speaker === word['speaker']) last.words.push(text);
    else turns.push({ speaker: word['speaker'], words: [text] });
  }
  return turns.map((turn) => `Speaker ${String(turn.speaker)}: ${turn.words.join(' ')}`).join('\n');
}

// LiteLLM's voices for OpenAI's names, and the formats' names there.
const voices = new Map([
  ['alloy', '21m00Tcm4TlvDq8ikWAM'], ['amber', '5Q0t7uMcjvnagumLfvZi'], ['ash', 'AZnzlk1XvdvUeBnXmlld'], ['august', 'D38z5RcWu1voky8WS1ja'], ['blue', '2EiwWnXFnvU5JabPnv8n'],
  ['coral', '9BWtsMINqrJLrRacOk9x'], ['lily', 'EXAVITQu4vr4xnSDxMaL'], ['onyx', '29vD33N1CtxCmqQRPOHJ'], ['sage', 'CwhRBWXzGAHq8TQ4Fs17'], ['verse', 'CYw3kZ02Hs0563khs1Fj'],
]);
const formats = new Map([['mp3', 'mp3_44100_128'], ['pcm', 'pcm_44100'], ['opus', 'opus_48000_128']]);

/** ElevenLabs' speech: the voice stands in the path. https://elevenlabs.io/docs/api-reference/text-to-speech/convert */
export const elevenSpeech: OperationForm = {
  address(url, { voice, voice_id: id, response_format: format }) {
    const name = voiceName(voice) ?? voiceName(id) ?? 'alloy';
    // A voice's name is a client's word: it must not leave its segment.
    const segment = encodeURIComponent((voices.get(name.toLowerCase()) ?? name).replaceAll('.', ''));
    return `${url}/${segment}${typeof format === 'string' ? `?output_format=${encodeURIComponent(formats.get(format) ?? format)}` : ''}`;
  },
  writeRequest({ model, input, voice: _voice, voice_id: _id, response_format: _format, speed, instructions: _instructions, stream_format: _stream, voice_settings: settings, ...rest }) {
    const told = speed === undefined ? settings : { ...(isJsonObject(settings) ? settings : {}), speed };
    return defined<JsonObject>({ ...rest, model_id: model ?? '', text: input ?? '', voice_settings: told });
  },
  readAnswer: (answer) => answer,
};

const voiceName = (voice: Json | undefined): string | undefined => {
  const name = isJsonObject(voice) ? stringAt(voice, 'voice_id') ?? stringAt(voice, 'id') ?? stringAt(voice, 'name') : voice;
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined;
};

/** ElevenLabs' transcription; its form has other names, which the row tells. https://elevenlabs.io/docs/api-reference/speech-to-text/convert */
export const elevenTranscription: OperationForm = {
  writeRequest: (body) => body,
  readAnswer(answer) {
    const words = arrayAt(answer, 'words').filter(isJsonObject).filter((word) => word['type'] === undefined || word['type'] === 'word');
    const ends = words.map((word) => numberAt(word, 'end') ?? 0);
    return defined<JsonObject>({
      text: stringAt(answer, 'text'), task: 'transcribe', language: stringAt(answer, 'language_code') ?? 'unknown',
      duration: numberAt(answer, 'audio_duration_secs') ?? (ends.length > 0 ? Math.max(...ends) : undefined),
      words: words.map((word) => ({ word: word['text'] ?? '', start: word['start'] ?? 0, end: word['end'] ?? 0 })),
    });
  },
};

/** Gemini's speech: sound inside an answer of `generateContent`. https://ai.google.dev/gemini-api/docs/speech-generation */
export const geminiSpeech: OperationForm = {
  writeRequest({ input, voice, instructions }) {
    const text = typeof instructions === 'string' && instructions !== '' ? `${instructions}: ${String(input ?? '')}` : input ?? '';
    return {
      contents: [{ role: 'user', parts: [{ text }] }],
      generationConfig: { responseModalities: ['AUDIO'], speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: voiceName(voice) ?? 'Kore' } } } },
    };
  },
  readAnswer(answer) {
    const usage = objectAt(answer, 'usageMetadata');
    const [input, output] = [numberAt(usage, 'promptTokenCount'), numberAt(usage, 'candidatesTokenCount') ?? 0];
    return input === undefined ? {} : { usage: { input_tokens: input, output_tokens: output, total_tokens: input + output } };
  },
  soundOf(answer, format) {
    const candidate = arrayAt(answer, 'candidates').find((item) => isJsonObject(item));
    const parts = arrayAt(objectAt(isJsonObject(candidate) ? candidate : undefined, 'content'), 'parts').filter(isJsonObject).map((part) => objectAt(part, 'inlineData'));
    const sound = Buffer.concat(parts.map((part) => Buffer.from(stringAt(part, 'data') ?? '', 'base64')));
    const type = parts.map((part) => stringAt(part, 'mimeType')).find((found) => found !== undefined) ?? '';
    if (sound.length === 0) return null;
    if (!/L16|pcm/i.test(type)) return { mediaType: type, bytes: sound };
    const rateHz = Number(/rate=(\d+)/.exec(type)?.[1] ?? 24_000);
    return format === 'pcm' ? { mediaType: 'audio/pcm', bytes: sound } : { mediaType: 'audio/wav', bytes: Buffer.concat([waveHead(sound.length, rateHz), sound]) };
  },
};

/** The head of a WAV file with one channel of 16-bit samples. */
function waveHead(sizeBytes: number, rateHz: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + sizeBytes, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rateHz, 24);
  head.writeUInt32LE(rateHz * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(sizeBytes, 40);
  return head;
}
