// SPDX-License-Identifier: EUPL-1.2
// Receives one of the server's mixes in a <video>. "connected" means that pictures arrive, not only that a connection stands.
// While a lost connection is replaced the element keeps its last picture.
import { Session } from "./session.js";

export class Receiver extends Session {
	#video;
	#stream = null; // what the present connection brings
	#shown = null; // the connection whose picture the element has

	constructor(video, url, options) {
		super(url, options);
		this.#video = video;
		this.addEventListener("state", () => this.state === "connected" && this.#show());
	}

	prepare(peer) {
		this.#stream = new MediaStream();
		for (const kind of ["audio", "video"]) {
			const { receiver } = peer.addTransceiver(kind, { direction: "recvonly" });
			if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
			else receiver.playoutDelayHint = 0;
			this.#stream.addTrack(receiver.track);
			if (kind === "video") receiver.track.addEventListener("unmute", () => peer === this.peer && this.#show());
		}
	}

	// A browser decodes Opus to one channel unless the receiving side asks for two (RFC 7587 6.1).
	rewrite(sdp) {
		const opus = /^a=rtpmap:(\d+) opus\//im.exec(sdp)?.[1];
		return opus ? sdp.replace(new RegExp(`^(a=fmtp:${opus} (?!.*stereo=)[^\\r\\n]*)`, "m"), "$1;stereo=1") : sdp;
	}

	// Pictures decoded; in a page that nobody sees, where a browser may decode none, packets.
	progress(stats) {
		for (const report of stats.values())
			if (report.type === "inbound-rtp" && report.kind === "video")
				return (document.hidden ? report.packetsReceived : report.framesDecoded) ?? 0;
		return 0;
	}

	// A closed connection's picture turns black: the one that is shown stays open until there is another.
	retire(peer) {
		if (peer !== this.#shown) peer.close();
	}

	stop() {
		super.stop();
		this.#shown?.close();
		this.#shown = null;
	}

	#show() {
		const video = this.#video;
		if (video.srcObject === this.#stream) return;
		video.srcObject = this.#stream;
		this.#shown?.close();
		this.#shown = this.peer;
		video.requestVideoFrameCallback?.(() => this.look());
		play(video);
	}
}

// Plays, silently where the browser wants a click first; resolves with whether there is sound.
export async function play(video) {
	try {
		await video.play();
	} catch (error) {
		if (error.name !== "NotAllowedError" || video.muted) return !video.muted;
		video.muted = true;
		await video.play().catch(() => {});
	}
	return !video.muted;
}
