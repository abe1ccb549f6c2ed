namespace JasperFx.Events.Projections;

/// <summary>Something emptied before a projection is rebuilt.</summary>
public interface IProjectionCleanupActions;

/// <summary>The rows of one table are deleted before a rebuild.</summary>
/// <param name="TableIdentifier">name of the table, with its schema</param>
public record DeleteTableData(string TableIdentifier) : IProjectionCleanupActions;

/// <summary>How an asynchronous projection is run.</summary>
public class AsyncOptions
{
    private readonly List<IProjectionCleanupActions> _cleanups = [];

    /// <summary>What is emptied before a rebuild.</summary>
    public IReadOnlyList<IProjectionCleanupActions> CleanUps => _cleanups;

    /// <summary>Most events in one page, one transaction.</summary>
    public int BatchSize { get; set; } = 500;

    /// <summary>Most events read ahead of the projection.</summary>
    public int MaximumHopperSize { get; set; } = 5000;

    /// <summary>Whether <see cref="CleanUps"/> happen before a rebuild.</summary>
    public bool TeardownDataOnRebuild { get; set; } = true;

    /// <summary>The projection owns this table: a rebuild replaces its rows.</summary>
    /// <param name="tableIdentifier">name of the table, with its schema</param>
    public void DeleteDataInTableOnTeardown(string tableIdentifier) => _cleanups.Add(new DeleteTableData(tableIdentifier));
}
