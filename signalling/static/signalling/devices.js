// Microphone and camera: ask for them, list them, listen to the level. Never touches the page, tells nobody.

/** @typedef {"ask" | "granted" | "denied" | "none"} Permission */
/** @typedef {{mic?: string, camera?: string, speaker?: string}} Choice */

const CHOICE = "vivavoce.devices";

/** Sound as a court wants it: the echo of the loudspeakers taken out, no automatic loudness that lifts whispers.
 * @param {string | undefined} id @returns {MediaTrackConstraints} */
const sound = (id) => ({ ...exact(id), echoCancellation: true, noiseSuppression: true, autoGainControl: false });

/** @param {string | undefined} id @returns {MediaTrackConstraints} */
const picture = (id) => ({ ...exact(id), width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } });

/** @param {string | undefined} id */
const exact = (id) => (id ? { deviceId: { ideal: id } } : {});

/** Open what there is: both, or the one that exists, or neither.
 * @param {Choice} choice @param {Pick<MediaDevices, "getUserMedia">} [media]
 * @returns {Promise<{stream: MediaStream | null, permission: Permission}>} */
export async function open(choice, media = navigator.mediaDevices) {
  const attempts = [
    { audio: sound(choice.mic), video: picture(choice.camera) },
    { audio: sound(choice.mic) },
    { video: picture(choice.camera) },
  ];
  for (const constraints of attempts) {
    try {
      return { stream: await media.getUserMedia(constraints), permission: "granted" };
    } catch (error) {
      if (error instanceof Error && error.name === "NotAllowedError") return { stream: null, permission: "denied" };
    }
  }
  return { stream: null, permission: "none" };
}

/** The devices of one sort, by the labels that this browser alone sees.
 * @param {"audioinput" | "videoinput" | "audiooutput"} kind */
export async function list(kind) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((each) => each.kind === kind && each.deviceId);
}

/** @returns {Choice} */
export function remembered() {
  try {
    return JSON.parse(localStorage.getItem(CHOICE) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {Choice} choice */
export function remember(choice) {
  localStorage.setItem(CHOICE, JSON.stringify(choice));
}

/** Report the level of a microphone ten times a second, 0 to 1 of full scale (root mean square).
 * @param {MediaStream} stream @param {(level: number) => void} heard @returns {() => void} stops it */
export function listen(stream, heard) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    heard(rms(samples));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** Whether the picture shows anything: a lens that is covered gives black and no contrast.
 * @param {HTMLVideoElement} video @returns {boolean} */
export function dark(video) {
  const [width, height] = [32, 24];
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  if (!context) return false;
  context.drawImage(video, 0, 0, width, height);
  return isDark(context.getImageData(0, 0, width, height).data);
}

/** @param {ArrayLike<number>} pixels red, green, blue, opacity of each */
export function isDark(pixels) {
  const greens = Array.from({ length: pixels.length / 4 }, (_, at) => pixels[at * 4 + 1]);
  return Math.max(...greens) < 24;
}

/** @param {Float32Array} samples */
export function rms(samples) {
  return Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
}

/** A level in whole dB of full scale, −100 at the least.
 * @param {number} level */
export function decibel(level) {
  return Math.max(-100, Math.min(0, Math.round(20 * Math.log10(Math.max(level, 1e-5)))));
}
