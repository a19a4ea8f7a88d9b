// SPDX-License-Identifier: EUPL-1.2
// The part of a set of figures that lies below a share of it; mean and spread.

export function part(values, share) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] : null;
}

export const mean = (values) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null);

export function spread(values) {
	const middle = mean(values);
	return values.length ? Math.sqrt(mean(values.map((value) => (value - middle) ** 2))) : null;
}

// For each of `first` the nearest of `second`, if it is not further than `reach`: their differences (second - first).
export function pair(first, second, reach = 400) {
	const found = [];
	for (const one of first) {
		const gaps = second.map((other) => other - one).filter((gap) => Math.abs(gap) < reach);
		if (gaps.length) found.push(gaps.reduce((a, b) => (Math.abs(a) < Math.abs(b) ? a : b)));
	}
	return found;
}

// For each of `first` the next of `second`, if it comes within `reach`: how long it took.
export function follow(first, second, reach = 900) {
	return first.flatMap((one) => {
		const gaps = second.map((other) => other - one).filter((gap) => gap >= 0 && gap < reach);
		return gaps.length ? [Math.min(...gaps)] : [];
	});
}

// Least squares: how much y changes in one x.
export function slope(points) {
	const x = mean(points.map((point) => point[0]));
	const y = mean(points.map((point) => point[1]));
	const below = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
	return below ? points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / below : 0;
}
