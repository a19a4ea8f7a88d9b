// SPDX-License-Identifier: EUPL-1.2
// Beeps in a browser: one page speaks them in place of a microphone (an AudioWorklet, which notes the moment at which it had the sample in hand),
// others hear them: each 10 ms of sound as the jitter buffer gives them out. (A worklet behind a MediaStreamAudioSourceNode would not do: what
// waits in front of it grows with each hiccup of its thread, by 70 ms in a minute on a busy machine.) Sound cards' buffers are not in it.
import { browser, watchPeers } from "../../tests/e2e/lib/people.mjs";

const worklet = `
class Mouth extends AudioWorkletProcessor {
	next = currentFrame + sampleRate;
	process(_, [output]) {
		const out = output[0];
		for (let i = 0; i < out.length; i++) {
			if (currentFrame + i >= this.next + sampleRate) this.next += sampleRate;
			const at = currentFrame + i - this.next;
			if (at === 0) this.port.postMessage({ frame: currentFrame + i, wall: Date.now() });
			out[i] = at >= 0 && at < sampleRate * 0.05 ? 0.5 * Math.sin((2 * Math.PI * 1000 * at) / sampleRate) : 0;
		}
		for (const other of output.slice(1)) other.set(out);
		return true;
	}
}
registerProcessor("mouth", Mouth);
`;

// A browser for several people: person() is a context of their own whose pages may load the worklet (the server's own policy allows no scripts
// but its files). One browser for all: each more costs a machine of two cores as much as the server.
export async function house(options) {
	const { instance, close } = await browser(options);
	const person = async () => {
		const context = await instance.newContext({ ignoreHTTPSErrors: true, bypassCSP: true, viewport: { width: 960, height: 600 } });
		await context.grantPermissions(["camera", "microphone"]);
		await watchPeers(context);
		return context;
	};
	return { person, close };
}

// In the page: window.heard gets each beep of `selector`'s sound: { wall (Date.now() when it came out of the jitter buffer), out
// (performance.now() when it leaves the loudspeaker, by what the browser says of its output's latency) }.
async function listen(selector) {
	const [track] = document.querySelector(selector).srcObject.getAudioTracks();
	const reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
	const output = new AudioContext({ sampleRate: 48000, latencyHint: 0 });
	await output.resume();
	const samples = new Float32Array(48000);
	let quiet = 0;
	let frames = 0;
	const starts = [];

	// Sound leaves evenly, but the page's own thread comes late to some of it. So it is dated by what was in hand soonest of the last second: had
	// all come as soon, the first sample would have left at the least of `starts`.
	function moment(data) {
		frames += data.numberOfFrames;
		const since = (frames / data.sampleRate) * 1000;
		starts.push(performance.now() - since);
		if (starts.length > 100) starts.shift();
		return Math.min(...starts) + since;
	}

	function hear(data) {
		const time = moment(data);
		const wall = time + Date.now() - performance.now();
		data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
		for (let i = 0; i < data.numberOfFrames; i++) {
			if (Math.abs(samples[i]) < 0.05) {
				quiet++;
				continue;
			}
			const ago = ((data.numberOfFrames - i) / data.sampleRate) * 1000;
			if (quiet > data.sampleRate * 0.3) window.heard.push({ wall: wall - ago, out: time - ago + output.outputLatency * 1000 });
			quiet = 0;
		}
		data.close();
	}

	window.heard = [];
	(async () => {
		for (let next; !(next = await reader.read()).done; ) hear(next.value);
	})();
}

export async function ears(page, selector) {
	await page.evaluate(listen, selector);
	return () => page.evaluate(() => window.heard.splice(0));
}

// Before a page is opened: its microphone is a mouth that beeps each second. window.spoken: { wall }.
export const mouth = (context) =>
	context.addInitScript((text) => {
		if (!navigator.mediaDevices) return;
		const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		window.spoken = [];
		async function voice() {
			const audio = new AudioContext({ sampleRate: 48000, latencyHint: 0 });
			await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
			await audio.resume();
			const node = new AudioWorkletNode(audio, "mouth", { numberOfInputs: 0, outputChannelCount: [1] });
			const out = audio.createMediaStreamDestination();
			node.port.onmessage = ({ data }) => window.spoken.push(data);
			node.connect(out);
			window.mouth = audio;
			return out.stream.getAudioTracks()[0];
		}
		navigator.mediaDevices.getUserMedia = async (wanted) => {
			const stream = wanted.video ? await open({ video: wanted.video }) : new MediaStream();
			if (wanted.audio) stream.addTrack(await voice());
			return stream;
		};
	}, worklet);
