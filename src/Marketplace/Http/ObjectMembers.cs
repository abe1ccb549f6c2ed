using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Marketplace.Http;

/// <summary>The members that a JSON object may have for a command of one type: the parameters of the record's constructor, by their JSON names.</summary>
public sealed class ObjectMembers
{
    private readonly ConstructorInvoker _constructor;

    /// <summary>The members of a type that has one public constructor, which takes all of them.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="options">How members are named and read.</param>
    public ObjectMembers(Type type, JsonSerializerOptions options)
    {
        All = [.. options.GetTypeInfo(type).Properties.Where(p => p.AssociatedParameter is not null).OrderBy(p => p.AssociatedParameter!.Position)
            .Select(p => new Member(p.Name, options.GetTypeInfo(p.PropertyType)))];
        _constructor = ConstructorInvoker.Create(type.GetConstructors().Single());
    }

    /// <summary>All of them, in the order of the constructor.</summary>
    public IReadOnlyList<Member> All { get; }

    /// <summary>The command made of its members' values, in their order; null stands for what was left out or could not be read.</summary>
    public object Make(Span<object?> values) => _constructor.Invoke(values);

    /// <summary>A member.</summary>
    /// <param name="Name">Its JSON name.</param>
    /// <param name="Type">How its value is read; null when it is known but its value is not looked at.</param>
    public sealed record Member(string Name, JsonTypeInfo? Type)
    {
        /// <summary>Its JSON name in UTF-8.</summary>
        public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(Name);
    }
}
