import { ColorType, CrosshairMode, createChart } from 'lightweight-charts';
import { colour, theme } from './theme.js';

/**
 * A chart in the page's colours that follows its theme and the size of its container. The credit that the library's
 * licence asks for is a link in the page (its own brings a style sheet that the policy refuses).
 * @param {HTMLElement} container
 * @param {import('lightweight-charts').DeepPartial<import('lightweight-charts').ChartOptions>} [options]
 * @returns {{ chart: import('lightweight-charts').IChartApi, remove: () => void }}
 */
export function createThemedChart(container, options = {}) {
  const chart = createChart(container, {
    autoSize: true,
    ...options,
    layout: { attributionLogo: false },
    crosshair: { mode: CrosshairMode.Normal, ...options.crosshair },
    timeScale: { timeVisible: true, secondsVisible: false, ...options.timeScale },
  });
  const paint = () =>
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: 'transparent' },
        textColor: colour('--text-muted'),
        fontFamily: colour('--font'),
        fontSize: 11,
      },
      grid: { vertLines: { color: colour('--line') }, horzLines: { color: colour('--line') } },
      rightPriceScale: { borderColor: colour('--line') },
      timeScale: { borderColor: colour('--line') },
    });
  paint();
  const unsubscribe = theme.subscribe(paint);
  return {
    chart,
    remove() {
      unsubscribe();
      chart.remove();
    },
  };
}

/** Colours of rising and falling bars, as the theme has them now. */
export function barColours() {
  const [rise, fall] = [colour('--rise'), colour('--fall')];
  return { upColor: rise, downColor: fall, borderVisible: false, wickUpColor: rise, wickDownColor: fall };
}
