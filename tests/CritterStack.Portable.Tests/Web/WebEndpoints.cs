using FluentValidation;
using FluentValidation.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;
using Wolverine.Http.FluentValidation;

namespace CritterStack.Portable.Tests.Web;

public sealed record Shelf(string Id, string? Label, string? Trace);

public enum Colour
{
    Red,
    DeepBlue,
}

/// <summary>A service that is a concrete class, as most of an application's are.</summary>
public sealed class Greeter
{
    public string Greet(string name) => $"hello {name}";
}

public static class ReadShelfEndpoint
{
    [WolverineGet("/shelves/{id}")]
    [Tags("Shelves")]
    [EndpointSummary("Reads a shelf")]
    public static Shelf? Get(string id, string? label, [FromHeader(Name = "X-Trace")] string? trace) =>
        id == "none" ? null : new Shelf(id, label, trace);
}

public static class ReadValuesEndpoint
{
    [WolverineGet("/values")]
    public static IResult Get(int? limit, decimal? price, bool? open, Colour? colour, DateTimeOffset? at, string[] tag) =>
        Results.Json(new { limit, price, open, colour, at, tag });
}

public static class ContextEndpoint
{
    [WolverineGet("/context/{id}")]
    public static async Task<IResult> Get(string id, HttpContext context, Greeter greeter, CancellationToken ct)
    {
        await Task.Yield();
        ct.ThrowIfCancellationRequested();
        context.Response.Headers["X-Path"] = context.Request.Path.Value;
        return Results.Text(greeter.Greet(id));
    }
}

public sealed record LabelShelf(string Label, int? Height)
{
    public sealed class Validator : AbstractValidator<LabelShelf>
    {
        public Validator()
        {
            RuleFor(x => x.Label).NotEmpty();
            RuleFor(x => x.Height).GreaterThan(0);
        }
    }
}

public static class LabelShelfEndpoint
{
    [WolverinePut("/shelves/{id}")]
    public static IResult Put(string id, LabelShelf command, Greeter greeter) =>
        Results.Created($"/shelves/{id}", new { id, command.Label, greeting = greeter.Greet(id) });
}

public sealed record PatchShelf(string? Label);

public static class PatchShelfEndpoint
{
    [WolverinePatch("/shelves/{id}")]
    [Consumes(typeof(PatchShelf), "application/merge-patch+json", "application/json")]
    public static Task<Shelf?> Patch(string id, PatchShelf command) => Task.FromResult<Shelf?>(new Shelf(id, command.Label, null));
}

public static class TouchShelfEndpoint
{
    [WolverinePost("/shelves/{id}/touch")]
    public static IResult Post(string id, [FromServices] Greeter greeter) => Results.Text(greeter.Greet(id));
}

public static class DeleteShelfEndpoint
{
    [WolverineDelete("/shelves/{id}")]
    public static Task Delete(string id, HttpContext context)
    {
        context.Response.Headers["X-Deleted"] = id;
        return Task.CompletedTask;
    }
}

/// <summary>The application's own words for what is wrong with a body.</summary>
public sealed class OwnProblems<T> : IProblemDetailSource<T>
{
    public ProblemDetails Create(T message, IReadOnlyList<ValidationFailure> failures) => new()
    {
        Status = 400,
        Title = "own words",
        Extensions = { ["wrong"] = failures.Select(x => x.PropertyName).ToArray() },
    };
}
