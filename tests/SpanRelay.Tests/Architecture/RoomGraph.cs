namespace SpanRelay.Tests.Architecture;

/// <summary>Which room uses which, and by which types.</summary>
internal sealed class RoomGraph
{
    private readonly Rooms _rooms;
    private readonly ILookup<(string From, string To), TypeUse> _arrows;

    public RoomGraph(Rooms rooms, IEnumerable<TypeUse> uses)
    {
        _rooms = rooms;
        _arrows = (from use in uses
                   let @from = rooms.RoomOf(use.From)
                   let to = rooms.RoomOf(use.To)
                   where @from is not null && to is not null && @from != to
                   orderby use.From, use.To
                   select (Rooms: (@from, to), use)).ToLookup(arrow => arrow.Rooms, arrow => arrow.use);
    }

    public IEnumerable<string> UnknownRooms =>
        _arrows.SelectMany(arrow => new[] { arrow.Key.From, arrow.Key.To }).Distinct().Except(_rooms.Order).Order(StringComparer.Ordinal);

    /// <summary>A line for each use that runs back: <c>Tokens → Dynatrace: SpanRelay.Tokens.A → SpanRelay.Dynatrace.B</c>.</summary>
    public IReadOnlyList<string> ArrowsBack =>
        [.. from arrow in _arrows
            where !_rooms.MayUse(arrow.Key.From, arrow.Key.To)
            from use in arrow
            select $"{arrow.Key.From} → {arrow.Key.To}: {use.From} → {use.To}"];

    /// <summary>The graph as text, a line a room: what it uses, and by how many types.</summary>
    public override string ToString() => string.Join('\n', _rooms.Order.Select(room =>
        $"{room} → {string.Join(", ", _arrows.Where(arrow => arrow.Key.From == room).OrderBy(arrow => arrow.Key.To, StringComparer.Ordinal)
            .Select(arrow => $"{arrow.Key.To} ({arrow.Count()})"))}"));
}
