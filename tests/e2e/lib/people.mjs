// SPDX-License-Identifier: EUPL-1.2
// The people of a test: real Chromium with fake devices, each with a picture and a tone of their own, and the instruments to see and
// hear what reaches them.
import { chromium } from "playwright-core";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { artefacts, sleep, until } from "./stage.mjs";

const flags = [
	"--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--ignore-certificate-errors", "--mute-audio",
	"--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream", "--disable-background-timer-throttling",
	"--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
];

// A browser of its own: `video` (lavfi source) and `tone` (Hz) are what its fake camera and microphone deliver.
export async function browser({ video, tone, locale = "en" } = {}) {
	const args = [...flags];
	if (video || tone) args.push("--use-fake-device-for-media-stream");
	if (video) args.push(`--use-file-for-fake-video-capture=${pictureFile(video)}`);
	if (tone) args.push(`--use-file-for-fake-audio-capture=${soundFile(tone)}`);
	const instance = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args });
	const context = await instance.newContext({ ignoreHTTPSErrors: true, locale, viewport: { width: 960, height: 600 } });
	if (video || tone) await context.grantPermissions(["camera", "microphone"]);
	await context.addInitScript(keepToneAsItIs);
	return { instance, context, close: () => instance.close() };
}

// A browser's echo and noise processing takes a steady tone for noise; these tests want it to arrive.
function keepToneAsItIs() {
	if (!navigator.mediaDevices) return;
	const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
	navigator.mediaDevices.getUserMedia = (wanted) => {
		const audio = wanted.audio && {
			...(wanted.audio === true ? {} : wanted.audio),
			echoCancellation: false,
			noiseSuppression: false,
			autoGainControl: false,
		};
		return open({ ...wanted, audio });
	};
}

// From now on the context's pages send their picture in one codec: VP8 or H264.
export const sendOnly = (context, codec) =>
	context.addInitScript((wanted) => {
		const original = RTCRtpSender.getCapabilities("video").codecs;
		const only = original.filter(({ mimeType }) => mimeType === `video/${wanted}` || mimeType === "video/rtx");
		const add = RTCPeerConnection.prototype.addTransceiver;
		RTCPeerConnection.prototype.addTransceiver = function (...words) {
			const made = add.apply(this, words);
			if (made.receiver.track.kind === "video" && made.direction !== "recvonly") made.setCodecPreferences(only);
			return made;
		};
	}, codec);

// From now on the context's pages send a canvas of one colour (R G B) instead of the camera.
export const sendCanvas = (context, colour) =>
	context.addInitScript((rgb) => {
		const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = async (wanted) => {
			const stream = await open(wanted);
			for (const track of stream.getVideoTracks()) {
				const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
				const brush = canvas.getContext("2d");
				const draw = () => {
					brush.fillStyle = `rgb(${rgb})`;
					brush.fillRect(0, 0, canvas.width, canvas.height);
				};
				setInterval(draw, 50);
				track.stop();
				stream.removeTrack(track);
				stream.addTrack(canvas.captureStream(20).getVideoTracks()[0]);
			}
			return stream;
		};
	}, colour);

function pictureFile(video) {
	const file = join(artefacts, `fake-${video.replace(/[^a-z0-9]+/gi, "-")}.y4m`);
	if (!existsSync(file))
		execFileSync("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", video, "-t", "2", "-pix_fmt", "yuv420p", file]);
	return file;
}

function soundFile(tone) {
	const file = join(artefacts, `fake-${tone}.wav`);
	if (!existsSync(file))
		execFileSync("ffmpeg", [
			"-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", `sine=frequency=${tone}:sample_rate=48000,volume=-3dB`, "-t", "10",
			"-ac", "1", file,
		]);
	return file;
}

// The mean colour (R G B) of a small square around a point (0..1 of the picture) of a playing <video>.
export function colourAt(page, selector, x, y) {
	return page.evaluate(
		([selector, x, y]) => {
			const video = document.querySelector(selector);
			const canvas = document.createElement("canvas");
			canvas.width = canvas.height = 4;
			const brush = canvas.getContext("2d");
			const side = video.videoWidth / 40;
			brush.drawImage(video, x * video.videoWidth - side / 2, y * video.videoHeight - side / 2, side, side, 0, 0, 4, 4);
			const data = brush.getImageData(0, 0, 4, 4).data;
			const mean = [0, 0, 0];
			for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c++) mean[c] += data[i + c] / 16;
			return mean.map(Math.round);
		},
		[selector, x, y],
	);
}

export const isNear = (colour, wanted, within = 40) => colour.every((value, c) => Math.abs(value - wanted[c]) <= within);

// Waits until a point of the picture has a colour.
export const seesColour = (page, selector, [x, y], wanted, seconds = 30, within = 40) =>
	until(
		`${wanted} at ${x},${y} of ${selector}`,
		async () => {
			const colour = await colourAt(page, selector, x, y);
			if (!isNear(colour, wanted, within)) throw new Error(`is ${colour}`);
			return true;
		},
		seconds,
	);

// The level in dB (of full scale, as an analyser sees it) of each frequency in what a media element plays.
export function tonesAt(page, selector, frequencies) {
	return page.evaluate(
		async ([selector, frequencies]) => {
			const ears = (window.ears ??= {});
			const stream = document.querySelector(selector).srcObject;
			if (ears[selector]?.stream !== stream) {
				const context = new AudioContext({ sampleRate: 48000 });
				await context.resume();
				const analyser = new AnalyserNode(context, { fftSize: 32768, smoothingTimeConstant: 0, minDecibels: -200 });
				context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser);
				ears[selector] = { stream, context, analyser };
				await new Promise((done) => setTimeout(done, 1200));
			}
			const { analyser } = ears[selector];
			const bins = new Float32Array(analyser.frequencyBinCount);
			analyser.getFloatFrequencyData(bins);
			return frequencies.map((frequency) => {
				const middle = Math.round((frequency * 32768) / 48000);
				return Math.max(-200, ...bins.slice(middle - 2, middle + 3));
			});
		},
		[selector, frequencies],
	);
}

// Waits until each of `heard` is there and each of `absent` is `below` dB under the weakest of them (or under `than`).
export const hears = (page, selector, heard, absent = [], below = 40, than = undefined, seconds = 30) =>
	until(
		`${selector} to hear ${heard} and not ${absent}`,
		async () => {
			const levels = await tonesAt(page, selector, [...heard, ...absent]);
			const weakest = Math.min(...levels.slice(0, heard.length));
			const loudest = Math.max(-200, ...levels.slice(heard.length));
			const floor = (than ?? weakest) - below;
			if (weakest < -60 || loudest > floor)
				throw new Error(`levels ${levels.map((l) => l.toFixed(1))} of ${[...heard, ...absent]}`);
			return { weakest, loudest };
		},
		seconds,
		400,
	);

// Counts of the receiving peer connections of a page, gathered by their own getStats through window.peers, which watchPeers() fills.
export const watchPeers = (context) =>
	context.addInitScript(() => {
		window.peers = [];
		const Original = window.RTCPeerConnection;
		window.RTCPeerConnection = class extends Original {
			constructor(...words) {
				super(...words);
				window.peers.push(this);
			}
		};
	});

export const rtpStats = (page, type = "inbound-rtp") =>
	page.evaluate(async (wanted) => {
		const found = [];
		for (const peer of window.peers)
			if (peer.connectionState === "connected")
				for (const report of (await peer.getStats()).values()) if (report.type === wanted) found.push(report);
		return found;
	}, type);

export const screenshot = (page, name) => page.screenshot({ path: join(artefacts, `${name}.png`) });

export { sleep };
