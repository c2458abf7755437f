// Plotly comes from the installed plotly package, once.

let plotly = null;

export function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = import.meta.url.replace(/\.stage\/.*/, ".plotly/plotly.min.js");
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("Plotly could not be loaded."));
    document.head.append(script);
  });
  return plotly;
}
