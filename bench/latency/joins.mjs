// SPDX-License-Identifier: EUPL-1.2
// How long a viewer waits: joins one after the other in a browser that is warm, by the pages' own receiver.
import { part } from "./statistics.mjs";

// In the page: from the POST of the offer to its answer, and to the first picture decoded and shown.
async function join() {
	const { Receiver } = await import("/web/whep.js");
	const video = document.createElement("video");
	const seen = {};
	const ask = window.fetch;
	video.muted = true;
	document.body.append(video);
	window.fetch = async (url, options) => {
		if (options?.method !== "POST") return ask(url, options);
		seen.posted = performance.now();
		const answer = await ask(url, options);
		seen.answered = performance.now();
		return answer;
	};
	const receiver = new Receiver(video, "/whep/program");
	const first = new Promise((done, fail) => {
		setTimeout(() => fail(new Error("no picture in 10 s")), 10000);
		video.requestVideoFrameCallback((time, about) => done({ shown: about.expectedDisplayTime, drawn: time }));
	});
	receiver.start();
	try {
		const { shown, drawn } = await first;
		const stats = [...(await receiver.peer.getStats()).values()].find((one) => one.type === "inbound-rtp" && one.kind === "video");
		return {
			answer_ms: seen.answered - seen.posted,
			first_ms: Math.max(shown, drawn) - seen.posted,
			keys: stats?.keyFramesDecoded,
			plis: stats?.pliCount,
		};
	} finally {
		receiver.stop();
		video.remove();
		window.fetch = ask;
	}
}

export async function joins(page, count) {
	const found = [];
	for (let i = 0; i < count + 1; i++) {
		const one = await page.evaluate(join);
		if (i) found.push(one); // the first warms the page
		await new Promise((done) => setTimeout(done, 300 + ((i * 37) % 5) * 40)); // not in step with the key frames
	}
	return found;
}

export function summary(found) {
	const of = (key, share) => part(found.map((one) => one[key]), share);
	return {
		first_frame_ms_p50: of("first_ms", 0.5),
		first_frame_ms_p95: of("first_ms", 0.95),
		answer_ms_p50: of("answer_ms", 0.5),
		answer_ms_p95: of("answer_ms", 0.95),
	};
}
