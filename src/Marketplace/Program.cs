using JasperFx;
using Marketplace.Hosting;
using Marketplace.Http;
using Wolverine.Http;
using Wolverine.Http.FluentValidation;

if (Commands.Help(args) is { } help)
{
    Console.WriteLine(help);
    return 0;
}

var builder = WebApplication.CreateBuilder(args);
await using var postgres = await DevelopmentDatabase.StartIfNoneIsConfiguredAsync(builder.Configuration);

builder.AddLogs();
builder.AddDatabase();
builder.AddEventStore();
builder.AddHttpContract();
builder.AddSlices();

var app = builder.Build();

if (Commands.Find(args) is { } command) return await command(app);

app.UseHttpContract();
app.MapWolverineEndpoints(options => options.UseFluentValidationProblemDetailMiddleware());
app.MapDocumentation();
return await app.RunJasperFxCommands(args);

/// <summary>The program; tests start it by this name.</summary>
public partial class Program;
