// SPDX-License-Identifier: EUPL-1.2
// Shows the level of a microphone in a role=meter element: -60 dB is 0, full scale is 100.

const floor_db = -60;
const fall = 0.92; // of the shown level, a picture: quick to rise, slow to fall

export class Meter {
	#element;
	#context = null;
	#source = null;
	#analyser = null;
	#samples = null;
	#level = 0;
	#spoken_ms = 0;

	constructor(element) {
		this.#element = element;
		// Browsers may want a gesture before they let us listen.
		for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, () => this.#context?.resume());
		const draw = (now_ms) => {
			this.#draw(now_ms);
			requestAnimationFrame(draw);
		};
		requestAnimationFrame(draw);
	}

	// Listens to this track, or to nothing (null).
	listen(track) {
		if (this.#source?.mediaStream.getAudioTracks()[0] === track) return;
		this.#source?.disconnect();
		this.#source = null;
		if (!track) return;
		this.#context ??= new AudioContext({ latencyHint: "interactive" });
		this.#analyser ??= new AnalyserNode(this.#context, { fftSize: 1024 });
		this.#samples ??= new Float32Array(this.#analyser.fftSize);
		this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
		this.#source.connect(this.#analyser);
	}

	#draw(now_ms) {
		if (!this.#element.checkVisibility?.() && this.#element.offsetParent === null) return;
		this.#level = Math.max(this.#source ? this.#measure() : 0, this.#level * fall);
		this.#element.style.setProperty("--level", (this.#level / 100).toFixed(3));
		if (now_ms - this.#spoken_ms < 500) return;
		this.#spoken_ms = now_ms;
		this.#element.setAttribute("aria-valuenow", Math.round(this.#level));
	}

	#measure() {
		this.#analyser.getFloatTimeDomainData(this.#samples);
		let sum = 0;
		for (const sample of this.#samples) sum += sample * sample;
		const level_db = 10 * Math.log10(sum / this.#samples.length + 1e-12);
		return Math.min(100, Math.max(0, (1 - level_db / floor_db) * 100));
	}
}
