use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shopper_cells")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub shopper_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: i32,
    pub cell: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
