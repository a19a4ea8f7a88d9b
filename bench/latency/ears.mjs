// SPDX-License-Identifier: EUPL-1.2
// Beeps in a browser: one page speaks them in place of a microphone, others hear them; both in AudioWorklets, which note the moment at which
// they had the sample in hand. Sound cards' buffers are not in it.
import { browser } from "../../tests/e2e/lib/people.mjs";

const worklet = `
class Ears extends AudioWorkletProcessor {
	quiet = 0;
	process([input]) {
		const samples = input[0];
		if (!samples) return true;
		for (let i = 0; i < samples.length; i++) {
			if (Math.abs(samples[i]) < 0.05) this.quiet++;
			else {
				if (this.quiet > sampleRate * 0.3) this.port.postMessage({ frame: currentFrame + i, wall: Date.now() });
				this.quiet = 0;
			}
		}
		return true;
	}
}
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
registerProcessor("ears", Ears);
registerProcessor("mouth", Mouth);
`;

// A browser whose pages may load the worklets: the server's own policy allows no scripts but its files.
export async function person(options) {
	const { instance, close } = await browser(options);
	const context = await instance.newContext({ ignoreHTTPSErrors: true, bypassCSP: true, viewport: { width: 960, height: 600 } });
	if (options) await context.grantPermissions(["camera", "microphone"]);
	return { context, close };
}

// In the page: window.heard gets each beep that `selector` plays: { wall (Date.now() when it was in hand), out (performance.now() when it is
// to leave the loudspeaker, by the context's own account), latency }.
async function listen([selector, text]) {
	const context = new AudioContext({ sampleRate: 48000, latencyHint: 0 });
	await context.audioWorklet.addModule(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
	await context.resume();
	const ears = new AudioWorkletNode(context, "ears", { numberOfOutputs: 1 });
	context.createMediaStreamSource(new MediaStream(document.querySelector(selector).srcObject.getAudioTracks())).connect(ears);
	ears.connect(context.destination);
	window.heard = [];
	ears.port.onmessage = ({ data }) => {
		const { contextTime, performanceTime } = context.getOutputTimestamp();
		window.heard.push({
			wall: data.wall,
			out: performanceTime + (data.frame / context.sampleRate - contextTime) * 1000,
			latency: (context.baseLatency + context.outputLatency) * 1000,
		});
	};
	window.ears = context;
}

export async function ears(page, selector) {
	await page.evaluate(listen, [selector, worklet]);
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
