using System.Globalization;

namespace SpanRelay.Cli.Page;

/// <summary>A chart of the last minutes: a line for each series, the newest value at the right.</summary>
internal static class Chart
{
    private const int Width = History.MostSamples;
    private const int Height = 100;

    private static readonly double[] Steps = [1, 2, 5, 10];

    public static Html Render(string id, string title, string unit, params (string Name, string Style, IReadOnlyList<double> Values)[] series)
    {
        var top = RoundUp(series.SelectMany(each => each.Values).DefaultIfEmpty().Max());
        var summary = string.Join("; ", series.Select(each => $"{each.Name}: {Newest(each.Values)} {unit} now, at most {Figures.Rate(each.Values.DefaultIfEmpty().Max())}"));
        return Html.From($"""
            <figure class="chart" id="{id}">
            <figcaption><h3>{title}</h3><span class="unit">{unit}</span></figcaption>
            <div class="plot"><span class="top">{Figures.Rate(top)}</span>
            <svg viewBox="0 0 {(double)Width} {(double)Height}" preserveAspectRatio="none" role="img" aria-label="{title} of the last five minutes. {summary}">
            <path class="grid" d="M0 0.5H{(double)Width}M0 50H{(double)Width}M0 99.5H{(double)Width}"/>
            {series.Select(each => Line(each.Style, each.Values, top))}
            </svg></div>
            <p class="axis"><span>5 min ago</span><span>now</span></p>
            <ul class="legend">{series.Select(each => Html.From($"""<li><span class="key {each.Style}"></span>{each.Name} <b>{Newest(each.Values)}</b></li>"""))}</ul>
            </figure>
            """);
    }

    private static string Newest(IReadOnlyList<double> values) => Figures.Rate(values.Count > 0 ? values[^1] : 0);

    /// <summary>The least of 1, 2, 5, 10, 20, … that is not below it.</summary>
    public static double RoundUp(double value)
    {
        if (value <= 1)
            return 1;
        var ten = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Steps.Select(step => step * ten).First(step => step >= value);
    }

    private static Html Line(string style, IReadOnlyList<double> values, double top)
    {
        if (values.Count < 2)
            return default;
        var points = string.Join(' ', values.Select((value, index) => string.Create(CultureInfo.InvariantCulture, $"{Width - values.Count + index + 1},{Height - (Math.Min(value / top, 1) * (Height - 1)) - 0.5:0.#}")));
        return Html.From($"""<polyline class="{style}" points="{points}"/>""");
    }
}
