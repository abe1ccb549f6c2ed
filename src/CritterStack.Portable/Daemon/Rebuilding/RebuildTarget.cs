using JasperFx.Events.Projections;
using Marten.Events.Projections;
using Marten.Internal;

namespace Marten.Events.Daemon.Rebuilding;

/// <summary>A projection that is to be rebuilt.</summary>
/// <param name="Name">its name</param>
/// <param name="Projection">what applies events</param>
/// <param name="Tables">tables it has declared as its own, as written there</param>
/// <param name="Inline">whether its rows are written in the transactions of the events</param>
internal sealed record RebuildTarget(string Name, IProjection Projection, string[] Tables, bool Inline)
{
    /// <summary>Name of the progress row of an asynchronous projection.</summary>
    public string ProgressName => new ShardName(Name).Identity;

    /// <summary>Finds a projection by its name, whatever its case.</summary>
    /// <exception cref="ArgumentOutOfRangeException">there is none, or it is a subscription</exception>
    public static RebuildTarget Find(StoreOptions options, string name)
    {
        bool Named(ProjectionRegistration p) => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase);
        var found = options.Projections.Async.FirstOrDefault(Named) ?? options.Projections.Inline.FirstOrDefault(Named);
        if (found is null)
        {
            var known = options.Projections.Async.Concat(options.Projections.Inline).Select(p => p.Name);
            throw new ArgumentOutOfRangeException(
                nameof(name), $"No registered projection matches the name '{name}'. Available names are {string.Join(", ", known)}");
        }
        var tables = found.Options.CleanUps.OfType<DeleteTableData>().Select(t => t.TableIdentifier);
        return new RebuildTarget(found.Name, found.Projection, [.. tables], options.Projections.Inline.Contains(found));
    }
}
