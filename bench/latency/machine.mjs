// SPDX-License-Identifier: EUPL-1.2
// How busy the machine was: figures of delay are those of a machine that had time.
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

const MUCH = 0.85; // of all cores: from here on threads wait for each other

const times = () => {
	const words = readFileSync("/proc/stat", "utf8").split("\n")[0].trim().split(/\s+/).slice(1, 9).map(Number);
	return { all: words.reduce((sum, one) => sum + one, 0), idle: words[3] + words[4] };
};

export class Busy {
	#begun = times();

	share() {
		const { all, idle } = times();
		return 1 - (idle - this.#begun.idle) / Math.max(1, all - this.#begun.all);
	}

	text() {
		const share = this.share();
		return `${cpus().length} cores, ${Math.round(share * 100)} % busy${share > MUCH ? ": TOO BUSY, the figures are this machine's, not the server's" : ""}`;
	}

	figures() {
		return { machine_busy: Number(this.share().toFixed(2)), is_valid: this.share() <= MUCH };
	}
}
