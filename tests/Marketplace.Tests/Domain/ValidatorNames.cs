using System.Runtime.CompilerServices;
using FluentValidation;
using Marketplace.Http;

namespace Marketplace.Tests.Domain;

/// <summary>Validators name members as they do in the application, which sets this at its start.</summary>
internal static class ValidatorNames
{
    [ModuleInitializer]
    internal static void AsTheCallerWroteThem() => ValidatorOptions.Global.PropertyNameResolver = Rules.JsonPath;
}
