namespace Marketplace.Benchmarks.Rows;

/// <summary>A row of the table: what is measured, against what, and what it must reach.</summary>
internal abstract class Row
{
    /// <summary>What it is called on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is measured, in a few words.</summary>
    public abstract string What { get; }

    /// <summary>Whether its goal is a time: then the yardsticks' times are told rather than their rates.</summary>
    public virtual bool IsTime => false;

    /// <summary>What costs most of what could still be saved, as last looked into; told where the goal is missed.</summary>
    public virtual string? NextCost => null;

    /// <summary>Measures the application and its yardsticks in turns, and says what it must reach.</summary>
    public abstract Task<Finding> MeasureAsync(Stage stage, Options options);
}
