namespace Marketplace.Benchmarks.Rows;

/// <summary>What was measured for a row.</summary>
/// <param name="Row">The row.</param>
/// <param name="Sides">The application first, then its yardsticks; none for a row that has only tables of its own.</param>
/// <param name="Goals">What the row must reach, most of it beside a yardstick; none for a row that is only told.</param>
internal sealed record Finding(Row Row, IReadOnlyList<Side> Sides, params IReadOnlyList<Goal> Goals)
{
    /// <summary>How what was measured differs from what the row says, or null.</summary>
    public string? Size { get; init; }

    /// <summary>What the table has no column for, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Tables of its own.</summary>
    public IReadOnlyList<Grid> Grids { get; init; } = [];

    /// <summary>Whether everybody answered without an error.</summary>
    public bool IsClean => Sides.All(side => side.Errors == 0);

    /// <summary>Whether the application met a goal; where anybody answered with an error it met none.</summary>
    public bool Meets(Goal goal) => goal.IsMet && IsClean;
}

/// <summary>A table of its own: figures that are not about an application and its yardsticks.</summary>
/// <param name="Title">A line above it.</param>
/// <param name="Head">The columns; the first is of words, the others are of numbers.</param>
/// <param name="Lines">The cells, line by line.</param>
internal sealed record Grid(string Title, IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Lines);
