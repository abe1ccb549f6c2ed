using System.Reflection;
using System.Reflection.Emit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;
using Wolverine.Http;

namespace CritterStack.Portable.Tests.Web;

/// <summary>
/// What the packages would quietly read otherwise than it looks does not start here. Each endpoint stands in an assembly of
/// its own, made for the test. The packages themselves start with all of it.
/// </summary>
[Trait("Stack", "Portable")]
public sealed class RefusedEndpointTests
{
    private const MethodAttributes PublicStatic = MethodAttributes.Public | MethodAttributes.Static;

    private sealed class Hidden(Greeter greeter) : IFormattable
    {
        public string ToString(string? format, IFormatProvider? provider) => greeter.Greet("x");
    }

    [Fact]
    public void A_service_that_stands_where_the_body_is_expected_needs_an_attribute()
    {
        Assert.Contains("mark it [FromServices]", Refusal(typeof(WolverinePostAttribute), typeof(IResult), typeof(Greeter)));
        Assert.Null(Refusal(typeof(WolverineGetAttribute), typeof(IResult), typeof(Greeter)));
        Assert.Null(Refusal(typeof(WolverinePostAttribute), typeof(IResult), typeof(LabelShelf), typeof(Greeter)));
    }

    [Theory]
    [InlineData(typeof(IServiceCollection))]
    [InlineData(typeof(IFormattable))]
    public void A_service_must_be_one_that_the_packages_can_construct(Type service) =>
        Assert.Contains("service", Refusal(typeof(WolverineGetAttribute), typeof(IResult), service));

    [Theory]
    [InlineData(typeof(Uri[]), false)]
    [InlineData(typeof(List<string>), true)]
    [InlineData(typeof(System.Net.IPAddress), true)]
    public void What_the_packages_take_from_the_query_is_not_a_body(Type parameter, bool refused) =>
        Assert.Equal(refused, Refusal(typeof(WolverinePostAttribute), typeof(IResult), parameter) is not null);

    [Theory]
    [InlineData(typeof((IResult, string)))]
    [InlineData(typeof(Task<(IResult, string)>))]
    [InlineData(typeof(object[]))]
    [InlineData(typeof(IAsyncEnumerable<string>))]
    public void Results_that_the_packages_send_as_messages_are_refused(Type result) =>
        Assert.Contains("messages", Refusal(typeof(WolverineGetAttribute), result));

    [Fact]
    public void Endpoints_that_the_packages_would_not_find_are_refused()
    {
        Assert.Contains("public static", Refusal(type => Define(type, "Get", MethodAttributes.Assembly | MethodAttributes.Static)));
        Assert.Contains("public static", Refusal(type => Define(type, "Get", PublicStatic), TypeAttributes.NotPublic));
    }

    [Fact]
    public void A_method_with_the_name_of_a_middleware_is_refused() =>
        Assert.Contains("Validate", Refusal(type =>
        {
            Define(type, "Get", PublicStatic);
            type.DefineMethod("Validate", PublicStatic, typeof(void), []).GetILGenerator().Emit(OpCodes.Ret);
        }));

    private static string? Refusal(Type route, Type result, params Type[] parameters) =>
        Refusal(type => Define(type, "Call", PublicStatic, route, result, parameters));

    private static string? Refusal(Action<TypeBuilder> define, TypeAttributes visibility = TypeAttributes.Public)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Refused"), AssemblyBuilderAccess.RunAndCollect);
        var type = assembly.DefineDynamicModule("Refused")
            .DefineType("RefusedEndpoint", visibility | TypeAttributes.Abstract | TypeAttributes.Sealed);
        define(type);
        type.CreateType();

        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSingleton<Greeter>();
        builder.Services.AddScoped<IFormattable, Hidden>();
        builder.Host.UseWolverine(o => o.ApplicationAssembly = assembly);
        builder.Services.AddWolverineHttp();
        var application = builder.Build();
        return Record.Exception(() => application.MapWolverineEndpoints())?.Message;
    }

    private static void Define(TypeBuilder type, string name, MethodAttributes attributes) =>
        Define(type, name, attributes, typeof(WolverineGetAttribute), typeof(IResult));

    private static void Define(
        TypeBuilder type, string name, MethodAttributes attributes, Type route, Type result, params Type[] parameters)
    {
        var method = type.DefineMethod(name, attributes, result, parameters);
        for (var i = 0; i < parameters.Length; i++)
            method.DefineParameter(i + 1, ParameterAttributes.None, $"parameter{i}");
        method.SetCustomAttribute(new CustomAttributeBuilder(route.GetConstructor([typeof(string)])!, ["/refused"]));
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Newobj, typeof(NotSupportedException).GetConstructor([])!);
        code.Emit(OpCodes.Throw);
    }
}
