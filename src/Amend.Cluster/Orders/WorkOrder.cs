using System.Text.Json.Serialization;

namespace Amend.Cluster.Orders;

/// <summary>What workers are told of a run: of each kind of work, what it is done with.</summary>
/// <param name="Model">The model.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SharedOrder), "evaluation")]
[JsonDerivedType(typeof(SharedStudy), "study")]
[JsonDerivedType(typeof(SharedCollection), "statistics")]
public abstract record WorkOrder(ModelReference Model);
