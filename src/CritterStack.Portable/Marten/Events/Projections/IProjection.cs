using JasperFx.Events.Projections;

namespace Marten.Events.Projections;

/// <summary>A projection written by hand, best set-based: one statement however many events.</summary>
public interface IProjection : IJasperFxProjection<IDocumentOperations>;
